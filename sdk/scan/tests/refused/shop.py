from openfeature import api

client = api.get_client()
if client.get_boolean_value("new-billing", False):
    print("new")
