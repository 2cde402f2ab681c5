# SPDX-License-Identifier: Apache-2.0
"""Each request of a plugin is held against its grants before anything behind the host is asked."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.domain.granted_host import GrantedHost
from apps.plugins.domain.host_errors import (
    CapabilityMustBeGranted,
    HostRequestMustBeWellFormed,
    StorageMustSuffice,
)
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.read_manifest import read_manifest
from cortex.errors import CortexError
from tests.factories.plugin_manifests import FULL, LEAST, changed

ENTITY = "accounting.journal_entry"
ROWS = {ENTITY: [{"id": "a", "number": 1, "memo": "secret"}, {"id": "b", "number": 2, "memo": "secret"}]}
QUERY = {"entity": ENTITY, "fields": ["id"]}
EVENT = "com.example.duplicate_guard.found.v1"
QUOTA = 64 * 1024
MANIFEST = read_manifest(FULL.encode())
MEMBERS = ["entity", "fields", "where", "limit", "event", "data", "key", "value", "prefix"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars | st.sampled_from([ENTITY, EVENT, "id", "number", "number_from"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
requests = st.dictionaries(st.sampled_from(MEMBERS), values)


class Answers:
    """A plugin's host, asked with objects instead of texts."""

    def __init__(self, manifest: Manifest = MANIFEST) -> None:
        self.backend = LocalBackend(data=ROWS)
        self.answers = GrantedHost(manifest, self.backend, lambda: 1_500).answers

    def ask(self, function: str, **request: Any) -> Any:
        return json.loads(self.answers[function](json.dumps(request)))

    def ungranted(self, function: str, **request: Any) -> str:
        with pytest.raises(CapabilityMustBeGranted) as refused:
            self.ask(function, **request)
        assert self.backend == LocalBackend(data=ROWS)
        assert refused.value.message == (
            f"Plugin {refused.value.evidence['object']}: {refused.value.evidence['expected']} is not granted."
        )
        return str(refused.value.evidence["expected"])

    def malformed(self, function: str, request: str) -> tuple[str, str]:
        with pytest.raises(HostRequestMustBeWellFormed) as refused:
            self.answers[function](request)
        evidence = refused.value.evidence
        assert self.backend == LocalBackend(data=ROWS)
        assert refused.value.message == f"Request, {evidence['place']}: expected {evidence['expected']}."
        return evidence["place"], evidence["expected"]


@pytest.fixture
def host() -> Answers:
    return Answers()


class TestWithoutAGrant:
    @pytest.mark.parametrize(
        ("function", "request_", "expected"),
        [
            ("data.query", QUERY, "data:accounting.journal_entry#read#id"),
            ("events.emit", {"event": EVENT, "data": {}}, f"event.out:{EVENT}"),
            ("store.read", {"key": "k"}, "storage:1"),
            ("store.write", {"key": "k", "value": 1}, "storage:1"),
            ("store.write", {"key": "k", "value": None}, "storage:1"),
            ("store.keys", {"prefix": ""}, "storage:1"),
            (
                "commands.propose",
                {"entity": ENTITY, "verb": "propose", "content": {}},
                "data:accounting.journal_entry#propose",
            ),
            ("http.send", {"url": "https://api.example.com/"}, "http:api.example.com"),
        ],
    )
    def test_each_function_is_refused(self, function: str, request_: dict[str, Any], expected: str) -> None:
        assert Answers(read_manifest(LEAST.encode())).ungranted(function, **request_) == expected

    def test_each_function_of_the_host_is_tried_above(self, host: Answers) -> None:
        assert sorted(host.answers) == [
            "commands.propose",
            "data.query",
            "events.emit",
            "http.send",
            "store.keys",
            "store.read",
            "store.write",
        ]

    def test_what_the_manifest_names_and_nobody_granted_is_refused(self) -> None:
        backend = LocalBackend(data=ROWS)
        granted = frozenset({"data:accounting.journal_entry#read#id"})
        answers = GrantedHost(MANIFEST, backend, lambda: 1_500, granted).answers
        assert json.loads(answers["data.query"](json.dumps(QUERY)))["rows"]
        for function, request in (
            ("data.query", {**QUERY, "fields": ["number"]}),
            ("store.read", {"key": "k"}),
            ("events.emit", {"event": EVENT, "data": {}}),
            ("http.send", {"url": "https://api.example.com/"}),
            ("commands.propose", {"entity": "accounting.account", "verb": "propose", "content": {}}),
        ):
            with pytest.raises(CapabilityMustBeGranted):
                answers[function](json.dumps(request))

    def test_a_secret_is_granted_by_its_name_and_another_is_not(self, host: Answers) -> None:
        refused = host.ungranted("http.send", url="https://api.example.com/", secrets={"A": "other"})
        assert refused == "secret:other"

    def test_reading_is_no_verb_to_propose(self, host: Answers) -> None:
        told = json.dumps({"entity": ENTITY, "verb": "read", "content": {}})
        assert host.malformed("commands.propose", told)[0] == "content"

    def test_a_refusal_says_what_to_do(self) -> None:
        with pytest.raises(CapabilityMustBeGranted) as refused:
            Answers(read_manifest(LEAST.encode())).ask("store.read", key="k")
        assert refused.value.evidence == {
            "object": "com.example.least",
            "expected": "storage:1",
            "remedy": "Name it under `capabilities` in plugin.yaml; whoever installs it decides.",
        }

    @pytest.mark.parametrize("event", ["accounting.journal_entry.posted.v1", f"{EVENT}1", "x", EVENT.upper()])
    def test_an_event_of_another_name_is_refused(self, host: Answers, event: str) -> None:
        assert host.ungranted("events.emit", event=event, data={}) == f"event.out:{event}"


class TestQuery:
    def test_answers_with_the_fields_that_were_asked(self, host: Answers) -> None:
        assert host.ask("data.query", **QUERY, where={"number": 2}) == {"rows": [{"id": "b"}]}
        assert host.ask("data.query", **QUERY, limit=1) == {"rows": [{"id": "a"}]}

    @pytest.mark.parametrize(
        ("request_", "missing"),
        [
            ({"fields": ["memo"]}, "accounting.journal_entry#read#memo"),
            ({"fields": ["id", "memo"]}, "accounting.journal_entry#read#memo"),
            ({"fields": ["ID"]}, "accounting.journal_entry#read#ID"),
            ({"fields": ["*"]}, "accounting.journal_entry#read#*"),
            ({"entity": "accounting.account"}, "accounting.account#read#id"),
            ({"entity": f"{ENTITY}#read", "fields": ["id"]}, f"{ENTITY}#read#read#id"),
            ({"where": {"memo": "secret"}}, "accounting.journal_entry#read#memo"),
            ({"where": {"memo_from": "s"}}, "accounting.journal_entry#read#memo"),
            ({"where": {"memo_to": "s"}}, "accounting.journal_entry#read#memo"),
            ({"where": {"number": 1, "memo_from_to": "s"}}, "accounting.journal_entry#read#memo_from"),
            ({"where": {"_from": "s"}}, "accounting.journal_entry#read"),
            ({"where": {"id__startswith": "a"}}, "accounting.journal_entry#read#id__startswith"),
        ],
    )
    def test_is_refused_a_field_or_a_condition_that_is_not_granted(
        self, host: Answers, request_: dict[str, Any], missing: str
    ) -> None:
        assert host.ungranted("data.query", **{**QUERY, **request_}) == f"data:{missing}"

    @pytest.mark.parametrize(
        ("request_", "place"),
        [
            *(
                ({"entity": each}, "entity")
                for each in (None, "", 1, [], {}, "a\n", "a\x7f", "\u202e", "a" * 201)
            ),
            *(
                ({"fields": each}, "fields")
                for each in (None, "id", [], {}, {"id": 1}, [1], [None], [["id"]])
            ),
            *(({"fields": each}, "fields") for each in (["id"] * 41, ["a\nb"], [""], ["a" * 201])),
            *(({"where": each}, "where") for each in (None, "", [], ["id"], {"id": None}, {"id": 1.5})),
            *(({"where": each}, "where") for each in ({"id": ["a"]}, {"id": {"a": 1}}, {"": 1}, {"a\nb": 1})),
            ({"where": {f"f{each}": 1 for each in range(21)}}, "where"),
            *(({"limit": each}, "limit") for each in (None, 0, -1, 1001, True, 1.0, "1", [1], 10**18)),
        ],
    )
    def test_is_refused_where_it_is_not_as_the_interface_says(
        self, host: Answers, request_: dict[str, Any], place: str
    ) -> None:
        assert host.malformed("data.query", json.dumps({**QUERY, **request_}))[0] == place

    def test_may_ask_for_as_much_as_the_interface_says(self, host: Answers) -> None:
        asked = {"entity": ENTITY, "fields": ["id"] * 40, "limit": 1000}
        assert len(host.ask("data.query", **asked)["rows"]) == 2

    def test_is_given_no_longer_than_the_call_has_left(self) -> None:
        asked: list[int] = []

        class Recording(LocalBackend):
            def rows(self, *, within_ms: int, **told: Any) -> list[dict[str, Any]]:
                asked.append(within_ms)
                return []

        left = iter([700, 300])
        answers = GrantedHost(MANIFEST, Recording(), lambda: next(left)).answers
        for _ in range(2):
            answers["data.query"](json.dumps(QUERY))
        assert asked == [700, 300]

    def test_may_compare_with_a_boolean(self, host: Answers) -> None:
        assert host.ask("data.query", **QUERY, where={"number": True}) == {"rows": [{"id": "a"}]}


class TestRequest:
    @pytest.mark.parametrize("function", sorted(Answers().answers))
    @pytest.mark.parametrize(
        ("request_", "expected"),
        [
            *((each, "JSON") for each in ("", "{", "{'a': 1}", "{}{}", '{"a":NaN}', '{"a":-Infinity}')),
            ("[" * 100_000, "JSON"),
            ('{"a": 1, "a": 2}', "each member once"),
            ('{"a": {"b": 1, "b": 1}}', "each member once"),
            ('{"a":' + "9" * 400 + "}", "numbers up to 9223372036854775807"),
            ('{"a": "' + "x" * (256 << 10) + '"}', "at most 262144 bytes"),
            ('{"a": [' + ",".join(["[]"] * 20_000) + "]}", "at most 20000 values"),
            ('{"a":' + "9" * 5_000 + "}", "JSON"),
            *((each, "an object") for each in ("null", "[]", "1", '"a"', "true")),
            ('{"a":' + "[" * 50 + "]" * 50 + "}", "at most 50 levels"),
            ('{"a":' * 51 + "1" + "}" * 51, "at most 50 levels"),
            *(
                (f'{{"a":{each}}}', "numbers up to 9223372036854775807")
                for each in ("1e999", "-1e999", 2**63)
            ),
            *((each, "texts of Unicode without NUL") for each in ('{"a":"\\u0000"}', '{"a":["\\ud800"]}')),
            *((each, "texts of Unicode without NUL") for each in ('{"\\udfff":1}', '{"a":{"\\u0000":1}}')),
        ],
    )
    def test_that_others_would_not_read_is_refused(
        self, host: Answers, function: str, request_: str, expected: str
    ) -> None:
        assert host.malformed(function, request_) == ("request", expected)

    @pytest.mark.parametrize("function", sorted(Answers().answers))
    def test_with_members_that_nobody_reads_is_refused(self, host: Answers, function: str) -> None:
        place, expected = host.malformed(function, '{"user": 1}')
        assert (place, expected.startswith("members ")) == ("request", True)

    def test_may_be_as_deep_as_is_said(self, host: Answers) -> None:
        value: Any = 1
        for _ in range(49):
            value = [value]
        host.ask("store.write", key="k", value=value)
        assert host.ask("store.read", key="k") == {"value": value}

    @settings(max_examples=100, deadline=None)
    @given(function=st.sampled_from(sorted(Answers().answers)), request_=requests)
    def test_gives_an_answer_or_a_refusal(self, function: str, request_: dict[str, Any]) -> None:
        try:
            answer = Answers().ask(function, **request_)
        except CortexError as error:
            answer = {"code": error.code}
        assert isinstance(answer, dict)


class TestEmit:
    def test_publishes_what_is_granted(self, host: Answers) -> None:
        assert host.ask("events.emit", event=EVENT, data={"a": [1]}) == {}
        assert host.backend.emitted == [(EVENT, {"a": [1]})]

    @pytest.mark.parametrize("data", [None, [], "a", 1, True])
    def test_is_refused_data_that_is_no_object(self, host: Answers, data: Any) -> None:
        request = json.dumps({"event": EVENT, "data": data})
        assert host.malformed("events.emit", request) == ("data", "an object")


class TestStore:
    @pytest.mark.parametrize("value", [0, False, "", [], {}, "ä", {"a": [1, "b", None]}, 1.5, 2**63 - 1])
    def test_gives_back_what_was_written(self, host: Answers, value: Any) -> None:
        assert host.ask("store.write", key="k", value=value) == {}
        found = host.ask("store.read", key="k")["value"]
        assert (type(found), found) == (type(value), value)

    def test_knows_nothing_of_a_key_that_was_not_written(self, host: Answers) -> None:
        assert host.ask("store.read", key="k") == {"value": None}

    def test_removes_a_key_with_null(self, host: Answers) -> None:
        host.ask("store.write", key="k", value=1)
        host.ask("store.write", key="k", value=None)
        host.ask("store.write", key="k", value=None)
        assert host.ask("store.keys", prefix="") == {"keys": []}

    def test_removes_nothing_where_the_value_was_forgotten(self, host: Answers) -> None:
        assert host.malformed("store.write", '{"key": "k"}') == ("value", "one; null removes the key")

    def test_lists_keys_in_order(self, host: Answers) -> None:
        for key in ("b", "a1", "a0", "B"):
            host.ask("store.write", key=key, value=1)
        assert host.ask("store.keys", prefix="a") == {"keys": ["a0", "a1"]}
        assert host.ask("store.keys") == {"keys": ["B", "a0", "a1", "b"]}

    def test_lists_a_thousand_keys_at_once_and_the_next_after_them(self, host: Answers) -> None:
        host.backend.stored.update({f"{number:04}": "1" for number in range(1_500)})
        first = host.ask("store.keys")["keys"]
        assert (len(first), first[-1]) == (1_000, "0999")
        assert len(host.ask("store.keys", after=first[-1])["keys"]) == 500
        assert host.ask("store.keys", limit=2, prefix="1")["keys"] == ["1000", "1001"]

    @pytest.mark.parametrize("limit", [0, -1, 1_001, True, "1", None])
    def test_is_refused_another_limit_of_keys(self, host: Answers, limit: Any) -> None:
        assert host.malformed("store.keys", json.dumps({"limit": limit})) == ("limit", "1 to 1000")

    @pytest.mark.parametrize("key", ["", "a\n", "\0", "a" * 201, "ä" * 101, "\u200b", None, 1, ["k"]])
    @pytest.mark.parametrize("function", ["store.read", "store.write"])
    def test_is_refused_a_key_that_is_no_name(self, host: Answers, function: str, key: Any) -> None:
        place, _ = host.malformed(function, json.dumps({"key": key, "value": 1}))
        assert place in ("key", "request")

    @pytest.mark.parametrize("key", ["a" * 200, "ä" * 100, "../../etc/passwd", "a b"])
    def test_takes_keys_up_to_200_bytes(self, host: Answers, key: str) -> None:
        host.ask("store.write", key=key, value=1)
        assert host.backend.stored == {key: "1"}

    @pytest.mark.parametrize("prefix", [None, 1, [], {}])
    def test_is_refused_a_prefix_that_is_no_text(self, host: Answers, prefix: Any) -> None:
        assert host.malformed("store.keys", json.dumps({"prefix": prefix})) == ("prefix", "a text")


class TestQuota:
    def test_is_used_to_the_last_byte_and_no_further(self, host: Answers) -> None:
        exact = "a" * (QUOTA - len("ä".encode()) - len('""'))
        host.ask("store.write", key="ä", value=exact)
        assert host.backend.stored_bytes(besides="") == QUOTA
        with pytest.raises(StorageMustSuffice) as refused:
            host.ask("store.write", key="ä", value=f"{exact}a")
        assert refused.value.message == (
            "Plugin com.example.duplicate-guard: the store would hold 65537 bytes, 65536 are granted."
        )
        assert refused.value.evidence == {"expected": 65_536, "got": 65_537, "difference": 1}
        assert host.ask("store.read", key="ä") == {"value": exact}

    def test_counts_all_keys_and_texts(self, host: Answers) -> None:
        host.ask("store.write", key="a", value="x" * (QUOTA - 6))
        assert host.backend.stored_bytes(besides="") == QUOTA - 3
        host.ask("store.write", key="bb", value=1)
        with pytest.raises(StorageMustSuffice):
            host.ask("store.write", key="c", value=1)
        assert sorted(host.backend.stored) == ["a", "bb"]

    def test_counts_a_key_once_that_is_written_again(self, host: Answers) -> None:
        for _ in range(3):
            host.ask("store.write", key="a", value="x" * 60_000)
        assert host.backend.stored_bytes(besides="") == 60_003

    def test_is_freed_by_removing(self, host: Answers) -> None:
        host.ask("store.write", key="a", value="x" * 60_000)
        with pytest.raises(StorageMustSuffice):
            host.ask("store.write", key="b", value="x" * 60_000)
        host.ask("store.write", key="a", value=None)
        host.ask("store.write", key="b", value="x" * 60_000)
        assert sorted(host.backend.stored) == ["b"]

    def test_of_a_smaller_version_refuses_more_but_lets_go(self) -> None:
        smaller = Answers(read_manifest(changed("storage_kib: 64", "storage_kib: 1")))
        smaller.backend.stored["a"] = "x" * 5_000
        with pytest.raises(StorageMustSuffice):
            smaller.ask("store.write", key="b", value=1)
        smaller.ask("store.write", key="a", value=None)
        smaller.ask("store.write", key="b", value=1)
        assert smaller.backend.stored == {"b": "1"}
