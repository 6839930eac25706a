package com.shop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.shop.flags.Keys;
import dev.openfeature.sdk.Client;

class Traps {
    private final Client client;
    private final Plugins plugins = new Plugins();

    boolean isEnabled(String name) {
        return name.isEmpty();
    }

    void traps(ObjectMapper mapper, Row row, String key) {
        isEnabled("trap-own-method");
        this.isEnabled("trap-this");
        plugins.isEnabled("trap-plugin");
        mapper.isEnabled(Feature.TRAP);
        row.getBooleanValue("trap-column", false);
        new Element().isEnabled("trap-element");
        client.getBooleanValue(Keys.NOT_A_KEY, false);
        client.getBooleanValue("trap\tescape", false);
        String text = "client.getBooleanValue(\"trap-in-a-string\", false)";
        @SuppressWarnings("trap-annotation") var config = config();
        config.getStringValue("trap-config", "");
    }
}
