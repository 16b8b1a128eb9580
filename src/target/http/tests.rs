//! Tests of HTTP targets: rendering and judging without a network, the failure table against a server on loopback that
//! does exactly what a test tells it to.

mod conditions;
mod failures;
mod fixture;
mod logins;
mod lookups;
mod rendering;
mod server;
mod writes;
