package shop;

import dev.openfeature.sdk.Client;

class Shop {
    boolean isNew(Client client) {
        return client.getBooleanValue("new-billing", false);
    }
}
