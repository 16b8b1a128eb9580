//! The command line program: installs the one TLS provider, runs the command, exits with its code.

use std::process::ExitCode;

/// A run is made of many small pieces of memory that come and go on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Everything that speaks TLS uses this provider; installing it can fail only if one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ExitCode::from(eintrag::cli::main())
}
