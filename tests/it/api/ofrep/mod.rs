//! Evaluation over the OpenFeature remote evaluation protocol.

mod bulk;
mod cors;
mod single;
