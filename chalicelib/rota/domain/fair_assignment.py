"""Fair: who fills the places of lines that run at the same time, chosen together and exactly.

First as many places are filled as can be, then as many languages covered as can be, then those
with the fewest hours come, then the longest idle, then those named first. What that leaves open:
earlier lines are filled first, and of those chosen whoever served least gets the longest shift.

The search is best first. A relaxed choice, which forgets languages and lets one person stand on
two overlapping shifts, is a matching: cheap, and never worse than what it stands for. Where it
breaks a rule the search splits on that; the first choice that breaks none is the best there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import combinations, count
from typing import Final

TRAILING_DAYS: Final = 84
"""Hours are those served in the last twelve weeks."""

MOST_LOOKED_AT: Final = 1000
"""How many parts a search for places and languages looks at before it takes the best so far."""

MOST_SHARED: Final = 250
"""The same of a search for the fewest hours, among choices that are as good otherwise."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A shift to fill, between minutes of the same day: how many people, who speak what.

    ``languages`` is a set of bits, one for each that is asked for here; ``able`` tells for each
    candidate, in the order in which the line names them, which of these they speak.
    """

    start: int
    end: int
    people: int
    languages: int
    able: dict[int, int]

    @property
    def length(self) -> int:
        """How long it lasts, in minutes."""
        return self.end - self.start

    def overlaps(self, other: Opening) -> bool:
        """Tell whether nobody can serve both."""
        return self.start < other.end and other.start < self.end


Teams = list[list[int]]
"""For each opening, in the order given, who is on."""


def choose(openings: Sequence[Opening], minutes: Sequence[int], last: Sequence[int]) -> Teams:
    """Choose who serves each of these openings, which stand in the order of their lines.

    Candidates are numbers; ``minutes`` and ``last`` tell of each how long they served of late, and
    in which minute they last went off duty (0: never). Each team is in the order taken.
    """
    return _Search(openings, minutes, last).best()


@dataclass(slots=True)
class _Node:
    """A part of all choices: who must stand where, what is given up, where others still may stand.

    ``key`` is one that no choice in the node can beat, ``teams`` a relaxed choice.
    """

    forced: frozenset[tuple[int, int]]
    given_up: frozenset[tuple[int, int]]
    allowed: dict[int, list[int]]
    key: _Key = (0, 0, 0)
    teams: Teams = field(default_factory=list)


_Key = tuple[int, int, int]
"""What a choice is worth, the lower the better: places, languages, hours."""


class _Search:
    """One search: openings and people are known by their numbers, costs are single integers."""

    def __init__(
        self, openings: Sequence[Opening], minutes: Sequence[int], last: Sequence[int]
    ) -> None:
        self.openings = openings
        self.minutes = minutes
        people = list(dict.fromkeys(who for opening in openings for who in opening.able))
        self.cost = {
            who: (minutes[who] << 64) + (last[who] << 24) + place
            for place, who in enumerate(people)
        }
        self.people = sorted(people, key=self.cost.__getitem__)
        self.allowed = {
            who: [i for i, opening in enumerate(openings) if who in opening.able] for who in people
        }
        self.shortest = min(opening.length for opening in openings)
        self.clash = [
            [i == j or one.overlaps(other) for j, other in enumerate(openings)]
            for i, one in enumerate(openings)
        ]
        self.together = all(all(row) for row in self.clash)

    def best(self) -> Teams:
        """Search, and settle what the search leaves open.

        The relaxed choice mostly breaks no rule. Where it does, the first search goes deep, and
        finds the most places and languages; the second looks for those with the fewest hours.
        """
        root = self.relax(_Node(frozenset(), frozenset(), self.allowed))
        if self.holds(root):
            return self.settle(root.teams)
        deep = self.explore(
            root,
            lambda node: (*node.key[:2], -len(node.forced), node.key[2]),
            parts=2,
            most=MOST_LOOKED_AT,
        )
        if deep[0] == root.key:
            return self.settle(deep[1])
        wide = self.explore(root, lambda node: node.key, parts=3, most=MOST_SHARED)
        return self.settle(self.improve(min(deep, wide)[1]))

    def explore(
        self, root: _Node, order: Callable[[_Node], tuple[int, ...]], *, parts: int, most: int
    ) -> tuple[_Key, Teams]:
        """Look at nodes in some order until one holds what it promises in the key's first parts.

        Returns the best choice that it saw; after ``most`` nodes it looks no further.
        """
        number = count()
        queue = [(order(root), next(number), root)]
        teams = self.plain()
        found = self.value(teams) or (0, 0, 0), teams
        looked_at = 0
        while queue and looked_at < most:
            _, _, node = heappop(queue)
            actual = self.value(node.teams)
            if actual is not None:
                found = min(found, (actual, node.teams))
                if found[0][:parts] <= node.key[:parts]:
                    break
            for child in self.split(node):
                looked_at += 1
                heappush(queue, (order(child), next(number), child))
        return found

    def holds(self, node: _Node) -> bool:
        """Tell whether a relaxed choice breaks no rule, so that there is none better."""
        actual = self.value(node.teams)
        return actual is not None and actual <= node.key

    def relax(self, node: _Node) -> _Node:
        """Choose as if languages and overlaps did not count, beyond what the node has settled."""
        teams: Teams = [[] for _ in self.openings]
        of_person: dict[int, list[int]] = {}
        for who, i in node.forced:
            teams[i].append(who)
            of_person.setdefault(who, []).append(i)
        total = sum(self.price(who, mine) for who, mine in of_person.items())
        room = [
            opening.people - len(team) for opening, team in zip(self.openings, teams, strict=True)
        ]
        chosen: Teams = [[] for _ in self.openings]
        free = sum(room)
        for cost, who in self.turns_of(node.allowed, of_person):
            if not free:
                break
            if self.augment(who, node.allowed, room, chosen, set()):
                free -= 1
                total += cost
        node.teams = [team + more for team, more in zip(teams, chosen, strict=True)]
        covered = sum(self.reach(i, node, room[i]) for i in range(len(room)))
        node.key = (free - sum(opening.people for opening in self.openings), -covered, total)
        return node

    def turns_of(
        self, allowed: dict[int, list[int]], of_person: dict[int, list[int]]
    ) -> Iterable[tuple[int, int]]:
        """List who may be chosen, cheapest first, as often as openings do not overlap."""
        if self.together:
            return ((self.cost[who], who) for who in self.people if allowed[who])
        return sorted(
            (
                self.cost[who] + ((len(of_person.get(who, ())) + nth) * self.shortest << 64),
                who,
            )
            for who in self.people
            for nth in range(self.most(allowed[who]))
        )

    def most(self, able: Sequence[int]) -> int:
        """Count how many of these openings one person could serve."""
        number = 0
        until = -1
        for i in sorted(able, key=lambda i: self.openings[i].end):
            if self.openings[i].start >= until:
                number += 1
                until = self.openings[i].end
        return number

    def augment(
        self,
        who: int,
        allowed: dict[int, list[int]],
        room: Sequence[int],
        chosen: Teams,
        seen: set[int],
    ) -> bool:
        """Put one more person on, moving others aside where that makes room."""
        for i in allowed[who]:
            if i not in seen:
                seen.add(i)
                team = chosen[i]
                if len(team) < room[i]:
                    team.append(who)
                    return True
                for place, other in enumerate(team):
                    if self.augment(other, allowed, room, chosen, seen):
                        team[place] = who
                        return True
        return False

    def price(self, who: int, mine: Sequence[int]) -> int:
        """Tell what a person's openings cost: with two, the shorter counts as hours served."""
        extra = sum(
            min(self.openings[i].length, self.openings[j].length) for i, j in combinations(mine, 2)
        )
        return len(mine) * self.cost[who] + (extra << 64)

    def spoken(self, i: int, team: Iterable[int]) -> int:
        """Tell which of an opening's languages a team speaks, as bits."""
        able = self.openings[i].able
        heard = 0
        for who in team:
            heard |= able[who]
        return heard & self.openings[i].languages

    def reach(self, i: int, node: _Node, room: int) -> int:
        """Count the languages of an opening that the node could still cover, were it alone."""
        opening = self.openings[i]
        if not opening.languages:
            return 0
        heard = 0
        for who, j in node.forced:
            if j == i:
                heard |= opening.able[who]
        heard &= opening.languages
        wanted = opening.languages & ~heard
        for j, language in node.given_up:
            if j == i:
                wanted &= ~language
        if not wanted or not room:
            return heard.bit_count()
        allowed = node.allowed
        kinds = {able & wanted for who, able in opening.able.items() if i in allowed[who]}
        return heard.bit_count() + _most_covered(kinds, room)

    def value(self, teams: Teams) -> _Key | None:
        """Tell what a choice is worth, the lower the better; None: somebody is on two at once."""
        mine = self.places_of(teams)
        for places in mine.values():
            for i, j in combinations(places, 2):
                if self.clash[i][j]:
                    return None
        return (
            -sum(map(len, teams)),
            -sum(self.spoken(i, team).bit_count() for i, team in enumerate(teams)),
            sum(self.price(who, places) for who, places in mine.items()),
        )

    def places_of(self, teams: Teams) -> dict[int, list[int]]:
        """Tell where each of those chosen stands."""
        mine: dict[int, list[int]] = {}
        for i, team in enumerate(teams):
            for who in team:
                mine.setdefault(who, []).append(i)
        return mine

    def split(self, node: _Node) -> Iterator[_Node]:
        """Split a node where its relaxed choice is too good to be true.

        Every choice within the node lies in one of the parts, or has an equal that does.
        """
        for who, places in self.places_of(node.teams).items():
            loose = [i for i in places if (who, i) not in node.forced]
            if loose and len(places) > 1:
                yield self.force(node, who, loose[0])
                others = [i for i in node.allowed[who] if i != loose[0]]
                yield self.relax(_Node(node.forced, node.given_up, {**node.allowed, who: others}))
                return
        for i, language in self.unheard(node):
            speakers = self.speakers(node, i, language)
            if speakers:
                for who in speakers:
                    yield self.force(node, who, i)
                given_up = node.given_up | {(i, language)}
                yield self.relax(_Node(node.forced, given_up, node.allowed))
                return

    def force(self, node: _Node, who: int, i: int) -> _Node:
        """Make the part of a node in which somebody must serve an opening."""
        others = [j for j in node.allowed[who] if not self.clash[i][j]]
        allowed = {**node.allowed, who: others}
        return self.relax(_Node(node.forced | {(who, i)}, node.given_up, allowed))

    def unheard(self, node: _Node) -> Iterator[tuple[int, int]]:
        """Tell which languages of which openings nobody speaks, those given up apart."""
        for i, team in enumerate(node.teams):
            unheard = self.openings[i].languages & ~self.spoken(i, team)
            while unheard:
                language = unheard & -unheard
                unheard ^= language
                if (i, language) not in node.given_up:
                    yield i, language

    def speakers(self, node: _Node, i: int, language: int) -> list[int]:
        """List who could yet bring a language to an opening: of equals, the one to come first."""
        opening = self.openings[i]
        if sum(j == i for _, j in node.forced) == opening.people:
            return []
        settled = {who for who, _ in node.forced}
        found: list[int] = []
        kinds: set[tuple[tuple[int, int], ...]] = set()
        for who in self.people:
            mine = node.allowed[who]
            if i in mine and opening.able[who] & language:
                kind = tuple([(j, self.openings[j].able[who]) for j in mine])
                if who in settled:
                    found.append(who)
                elif kind not in kinds:
                    kinds.add(kind)
                    found.append(who)
        return found

    def improve(self, teams: Teams) -> Teams:
        """Put whoever comes first for whoever comes last, as long as nothing is lost by it."""
        teams = [list(team) for team in teams]
        worth = self.value(teams)
        improved = True
        while improved:
            improved = False
            for i, team in enumerate(teams):
                for place, other in enumerate(team):
                    for who in self.people:
                        if self.cost[who] >= self.cost[other]:
                            break
                        if who in self.openings[i].able:
                            team[place] = who
                            better = self.value(teams)
                            if better and worth and better < worth:
                                worth = better
                                improved = True
                                break
                            team[place] = other
        return teams

    def plain(self) -> Teams:
        """Choose without looking ahead, where the search was given up before it found any."""
        teams: Teams = [[] for _ in self.openings]
        for who in self.people:
            for i in self.allowed[who]:
                if len(teams[i]) < self.openings[i].people and not any(
                    self.clash[i][j] for j, team in enumerate(teams) if who in team
                ):
                    teams[i].append(who)
        return teams

    def settle(self, teams: Teams) -> Teams:
        """Settle what the search leaves open, by moving one or changing two as long as it helps.

        Earlier openings are filled first. Then hours come as near to one another as they can, and
        of two equal changes the one that puts who comes first on the earlier opening is made.
        """
        if len(self.openings) > 1:
            while self.move(teams) or self.change(teams) or self.trade(teams):
                pass
        return [sorted(team, key=self.cost.__getitem__) for team in teams]

    def move(self, teams: Teams) -> bool:
        """Move somebody to an earlier opening with room, where no language is lost."""
        for i, team in enumerate(teams):
            if len(team) < self.openings[i].people:
                for j in range(i + 1, len(teams)):
                    for who in teams[j]:
                        if self.can_stand(who, i, teams, leaving=j):
                            fewer = [other for other in teams[j] if other != who]
                            if self.heard(i, team, j, teams[j]) <= self.heard(
                                i, [*team, who], j, fewer
                            ):
                                team.append(who)
                                teams[j] = fewer
                                return True
        return False

    def change(self, teams: Teams) -> bool:
        """Let two change places, where hours come nearer to one another and no language is lost."""
        for i, j in combinations(range(len(teams)), 2):
            for one in teams[i]:
                for other in teams[j]:
                    if (
                        one != other
                        and self.gains(one, i, other, j, teams)
                        and self.can_stand(one, j, teams, leaving=i)
                        and self.can_stand(other, i, teams, leaving=j)
                    ):
                        here = [other if who == one else who for who in teams[i]]
                        there = [one if who == other else who for who in teams[j]]
                        if self.heard(i, teams[i], j, teams[j]) <= self.heard(i, here, j, there):
                            teams[i], teams[j] = here, there
                            return True
        return False

    def trade(self, teams: Teams) -> bool:
        """Let two change all that they have, on the same terms, where hours come nearer."""
        mine = self.places_of(teams)
        for one, other in combinations(mine, 2):
            given, taken = mine[one], mine[other]
            longer = self.length(given) - self.length(taken)
            ahead = self.total(one, teams) - self.total(other, teams)
            if (
                longer * (ahead - longer) > 0
                and all(other in self.openings[i].able for i in given)
                and all(one in self.openings[i].able for i in taken)
            ):
                names = {one: other, other: one}
                traded = [[names.get(who, who) for who in team] for team in teams]
                if all(
                    self.spoken(i, team).bit_count() <= self.spoken(i, new).bit_count()
                    for i, (team, new) in enumerate(zip(teams, traded, strict=True))
                ):
                    teams[:] = traded
                    return True
        return False

    def gains(self, one: int, i: int, other: int, j: int, teams: Teams) -> bool:
        """Tell whether it is better that ``other`` has the earlier opening, ``one`` the later."""
        longer = self.openings[i].length - self.openings[j].length
        ahead = self.total(one, teams) - self.total(other, teams)
        # The squares of both totals shrink together where the longer shift leaves whoever has more.
        worth = longer * (ahead - longer)
        return worth > 0 or (worth == 0 and self.cost[other] < self.cost[one])

    def total(self, who: int, teams: Teams) -> int:
        """Tell how many minutes somebody would have served, with what they are given here."""
        return self.minutes[who] + self.length([i for i, team in enumerate(teams) if who in team])

    def length(self, places: Iterable[int]) -> int:
        """Tell how long openings last together."""
        return sum(self.openings[i].length for i in places)

    def heard(self, i: int, here: Iterable[int], j: int, there: Iterable[int]) -> int:
        """Count the languages that two openings' teams cover."""
        return self.spoken(i, here).bit_count() + self.spoken(j, there).bit_count()

    def can_stand(self, who: int, i: int, teams: Teams, *, leaving: int) -> bool:
        """Tell whether somebody could serve an opening on leaving another."""
        return who in self.openings[i].able and not any(
            self.clash[i][j] and who in team for j, team in enumerate(teams) if j != leaving
        )


def _most_covered(kinds: set[int], room: int) -> int:
    """Count the languages that ``room`` people of these kinds could cover, or a little more."""
    every = 0
    for kind in kinds:
        every |= kind
    if not every:
        return 0
    if room == 1:
        return max(kind.bit_count() for kind in kinds)
    if room >= every.bit_count():
        return every.bit_count()
    sizes = sorted((kind.bit_count() for kind in kinds), reverse=True)
    return min(every.bit_count(), sum(sizes[:room]))
