//! The command line program: installs the one TLS provider, runs the command, exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Everything that speaks TLS uses this provider; installing it can fail only if one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ExitCode::from(eintrag::cli::main())
}
