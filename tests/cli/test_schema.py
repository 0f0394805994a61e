"""The schema, the reader and the shipped files agree."""
import json

import jsonschema
import pytest
import yaml


@pytest.fixture(scope="module")
def schemas(unhedged):
    return {
        what: json.loads(unhedged("schema", what, check=0).stdout)
        for what in ("run", "scenario", "margin_model")
    }


def load(path):
    """YAML with every scalar as the text or number a schema expects; dates stay text."""
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    return yaml.load(path.read_text(), loader)


def test_schemas_are_valid_draft_7(schemas):
    for schema in schemas.values():
        jsonschema.Draft7Validator.check_schema(schema)


def test_shipped_files_pass_the_schema(schemas, root):
    for path in sorted((root / "configs").glob("*.yaml")):
        jsonschema.Draft7Validator(schemas["run"]).validate(load(path))
    for path in sorted((root / "scenarios").glob("*.yaml")):
        jsonschema.Draft7Validator(schemas["scenario"]).validate(load(path))
    for path in sorted((root / "margin_models").glob("*.yaml")):
        jsonschema.Draft7Validator(schemas["margin_model"]).validate(load(path))


def test_committed_schemas_are_the_ones_the_program_prints(schemas, root):
    for what, schema in schemas.items():
        assert json.loads((root / f"docs/schemas/{what}.schema.json").read_text()) == schema, (
            f"run: build/release/unhedged schema {what} > docs/schemas/{what}.schema.json")


@pytest.mark.parametrize("change", [
    {"simulation": {"horizon": "30 d", "step": "1 d", "paths": -1}},
    {"simulation": {"horizon": "30 fortnights", "step": "1 d", "paths": 10}},
    {"hedgers": {"h": {"model": "wizard"}}},
    {"market": {"assets": {"A": {"spot": 0, "implied_vol": 0.2}}}},
    {"extra": 1},
])
def test_schema_and_reader_refuse_the_same(schemas, unhedged, small, change):
    good = load(small)
    jsonschema.Draft7Validator(schemas["run"]).validate(good)
    bad = {**good, **change}
    assert not jsonschema.Draft7Validator(schemas["run"]).is_valid(bad)
    small.write_text(yaml.safe_dump(bad))
    unhedged("validate", small, check=3)
