"""client.get_boolean_value("trap-in-docs", False)"""
from openfeature import api
from UnleashClient import UnleashClient

from . import keys
from .keys import FLAGS, Flag, NEW_BILLING as BILLING
from shop.keys import JOINED

client = api.get_client()
unleash = UnleashClient(url="https://flags.example.com", app_name="shop")


def answers(tenant, suffix):
    # client.get_boolean_value("trap-in-a-comment", False)
    direct = client.get_boolean_value("direct", False)
    keyword = client.get_boolean_value(flag_key="keyword", default_value=False)
    details = client.get_string_details('details', "")
    constant = client.get_boolean_value(BILLING, False)
    module = client.get_boolean_value(keys.NEW_BILLING, False)
    joined = client.get_boolean_value(JOINED, False)
    enum = client.get_boolean_value(Flag.DARK_MODE, False)
    value = client.get_boolean_value(Flag.BETA.value, False)
    item = client.get_boolean_value(FLAGS["export"], False)
    plain = client.get_boolean_value(f"plain-f-string", False)
    unknown = client.get_boolean_value(f"plan-{suffix}", False)
    old = unleash.is_enabled("unleash", {"userId": tenant})
    named = unleash.is_enabled(feature_name="unleash-keyword")
    if (variant := unleash.get_variant("unleash-variant")): ...
    return [client.get_integer_value("in-a-list", 1) for _ in range(2)]


class Billing:
    KEY = "class-key"

    def __init__(self, flags):
        self.flags = flags
        self.client = api.get_client()

    async def run(self, tenant):
        on = self.client.get_boolean_value(self.KEY, False)
        return on and self.flags.is_enabled("in-a-field") and feature_on("wrapped", tenant)
