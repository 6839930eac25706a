package com.shop.flags;

public final class Keys {
    public static final String NEW_BILLING = "new-billing";
    public static final String JOINED = "joined-" + "text";
    public static final String NOT_A_KEY = "two words";

    public static final class Beta {
        public static final String SEARCH = "beta-search";
    }

    public enum Flag {
        DARK_MODE("dark-mode"),
        EXPORT("export-v2");

        private final String key;

        Flag(String key) {
            this.key = key;
        }

        public String flagKey() {
            return key;
        }
    }
}
