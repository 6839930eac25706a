package com.shop;

import static com.shop.flags.Keys.JOINED;

import com.shop.flags.Keys;
import com.shop.flags.Keys.Flag;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import io.getunleash.Unleash;

/** Asks: {@code client.getBooleanValue("trap-in-docs", false)}. */
public class Billing {
    private static final String OWN = "own-key";

    private final Client client;
    private final Unleash unleash;

    Billing(Client client, Unleash unleash) {
        this.client = client;
        this.unleash = unleash;
    }

    boolean answers(String tenant) {
        // client.getBooleanValue("trap-in-a-comment", false)
        boolean direct = client.getBooleanValue("direct", false);
        var details = this.client.getStringDetails("details", "");
        boolean constant = client.getBooleanValue(Keys.NEW_BILLING, false);
        boolean imported = client.getBooleanValue(JOINED, false);
        boolean nested = client.getBooleanValue(Keys.Beta.SEARCH, false);
        boolean inEnum = client.getBooleanValue(Flag.DARK_MODE.flagKey(), false);
        boolean deep = client.getBooleanValue(Keys.Flag.EXPORT.flagKey(), false);
        boolean own = client.getBooleanValue(OWN, false);
        boolean same = client.getBooleanValue(Constants.IN_PACKAGE, false);
        var made = OpenFeatureAPI.getInstance().getClient();
        boolean chained = OpenFeatureAPI.getInstance().getClient().getBooleanValue("chained", false);
        boolean lambda = list().stream().anyMatch(it -> made.getBooleanValue("in-a-lambda", false));
        boolean unknown = client.getBooleanValue("plan-" + tenant, false);
        boolean wrapped = featureOn(tenant, "wrapped");
        return unleash.isEnabled("unleash") && unleash.getVariant("unleash-variant").isEnabled();
    }
}
