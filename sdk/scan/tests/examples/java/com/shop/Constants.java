package com.shop;

interface Constants {
    String IN_PACKAGE = "in-package";
}
