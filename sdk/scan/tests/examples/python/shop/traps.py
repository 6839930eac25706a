from openfeature import api
from shop.keys import NOT_A_KEY
from shop.settings import Settings

client = api.get_client()
settings = Settings()
NAME = "module-name"


class Plugins:
    NAME = "trap-class-attribute"

    def is_enabled(self, name):
        return name in self.names

    def all(self):
        return self.is_enabled("trap-own-method")

    def asks(self):
        return client.get_boolean_value(NAME, False)


def is_enabled(name):
    return True


def traps(plugin: Plugins, button, key):
    plugin.is_enabled("trap-plugin")
    Plugins().is_enabled("trap-made-here")
    button.is_enabled("trap-button")
    is_enabled("trap-own-function")
    settings.get_boolean_value("trap-settings", False)
    client.get_boolean_value(NOT_A_KEY, False)
    client.get_boolean_value(b"trap-bytes", False)
    client.get_boolean_value("trap\tescape", False)
    text = 'client.get_boolean_value("trap-in-a-string", False)'
    """
    client.get_boolean_value("trap-in-a-block", False)
    """
    if key:
        which = "trap-one"
    else:
        which = "trap-other"
    return client.get_boolean_value(which, False)
