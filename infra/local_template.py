"""What the embedded engine needs of the template beyond what AWS does."""

from copy import deepcopy
from typing import Any

HOST = "127.0.0.1"
LOCAL_SECONDS = 60


def for_engine(template: dict[str, Any], port: int) -> dict[str, Any]:
    """Return the template for the engine at the port: the same resources, and six additions."""
    local = deepcopy(template)
    resources, api = local["Resources"], local["Resources"]["RestAPI"]["Properties"]
    # The engine reads the list of binary types from here alone, not from the API's definition.
    api["BinaryMediaTypes"] = ["*/*"]
    resources.update(_gateway_responses(api["GatewayResponses"]))
    resources.update(_plain_address(api["StageName"]))
    # Tokens name AWS as their issuer, but the keys are the engine's.
    local["Globals"]["Function"]["Environment"]["Variables"]["TOKEN_KEYS_URL"] = {
        "Fn::Sub": f"http://localhost:{port}/${{UserPool}}/.well-known/jwks.json"
    }
    # The engine starts a process for each of several requests at once, all on this machine's cores:
    # eight cold ones pass 15 s, on AWS each has its own (docs/reliability.md).
    for name in ("APIHandler", "Authorise"):
        resources[name]["Properties"]["Timeout"] = LOCAL_SECONDS
    # Whoever asks here, asks from this very machine.
    local["Globals"]["Function"]["Environment"]["Variables"]["ADDRESS_DAILY_ASKS"] = "0"
    return local


def _plain_address(stage: str) -> dict[str, Any]:
    """Put the application at the root of its own host name, beside the engine's `localhost`."""
    return {
        "LocalAddress": {
            "Type": "AWS::ApiGateway::DomainName",
            "Properties": {"DomainName": HOST},
        },
        "LocalAddressMapping": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "DependsOn": [f"RestAPI{stage}Stage"],
            "Properties": {
                "DomainName": {"Ref": "LocalAddress"},
                "RestApiId": {"Ref": "RestAPI"},
                "Stage": stage,
            },
        },
    }


def _gateway_responses(responses: dict[str, Any]) -> dict[str, Any]:
    """Say each gateway response again as a resource: the engine ignores them in the definition.

    It makes what is ready in the order of the names, so that these, by theirs, come before the
    API's deployment, which takes a copy of them.
    """
    return {
        f"GatewayResponse{kind.title().replace('_', '')}": {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": {"Ref": "RestAPI"},
                "ResponseType": kind,
                "ResponseParameters": {
                    f"gatewayresponse.header.{header}": value
                    for header, value in response["ResponseParameters"]["Headers"].items()
                },
                "ResponseTemplates": response["ResponseTemplates"],
                **({"StatusCode": str(response["StatusCode"])} if "StatusCode" in response else {}),
            },
        }
        for kind, response in responses.items()
    }
