"""Where things stand in a clone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOCAL = ROOT / ".local"
ENGINE_ENVIRONMENT = LOCAL / "engine-environment"
CATALOGUES = ROOT / "chalicelib" / "locale"
