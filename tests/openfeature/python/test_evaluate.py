"""OpenFeature's own Python SDK and OFREP provider, unchanged, against a Tenantry server.

TENANTRY_URL and TENANTRY_TOKEN name a server that holds the flags of ../fixture.json;
TENANTRY_SPLIT is a JSON object tenant -> on of the flag "quarter".
"""

import json
import os
import pathlib
import unittest

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

FIXTURE = pathlib.Path(__file__).parent.parent / "fixture.json"


def context(wanted):
    attributes = dict(wanted)
    return EvaluationContext(attributes.pop("targetingKey", None), attributes)


class Evaluate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        token = os.environ["TENANTRY_TOKEN"]
        api.set_provider(
            OFREPProvider(
                os.environ["TENANTRY_URL"],
                headers_factory=lambda: {"Authorization": f"Bearer {token}"},
            )
        )
        cls.client = api.get_client()

    def test_cases(self):
        for wanted in json.loads(FIXTURE.read_text())["cases"]:
            with self.subTest(flag=wanted["flag"], context=wanted["context"]):
                evaluate = getattr(self.client, f"get_{wanted['type']}_details")
                found = evaluate(wanted["flag"], wanted["default"], context(wanted["context"]))
                self.assertEqual(found.value, wanted["value"])
                if "reason" in wanted:
                    self.assertEqual(found.reason, wanted["reason"])
                if "variant" in wanted:
                    self.assertEqual(found.variant, wanted["variant"])
                if "errorCode" in wanted:
                    self.assertEqual(found.error_code, wanted["errorCode"])

    def test_a_percentage_splits_the_tenants_as_the_rust_core_does(self):
        split = json.loads(os.environ["TENANTRY_SPLIT"])
        self.assertGreaterEqual(len(split), 100)
        for tenant, on in split.items():
            with self.subTest(tenant=tenant):
                found = self.client.get_boolean_value("quarter", not on, EvaluationContext(tenant))
                self.assertEqual(found, on)


if __name__ == "__main__":
    unittest.main()
