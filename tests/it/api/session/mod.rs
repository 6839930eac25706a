//! Sessions: how the web interface proves who it is.

mod cookie;
mod cross_site;
mod who;
