//! One-time codes of the second factor (RFC 6238), as a telephone's app shows them: made from a secret and the time.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Algorithm, Builder, Secret};
use url::Url;

/// The code of this moment. The secret is what is shown beside the QR code (base32), or what the QR code holds
/// (`otpauth://totp/…`).
///
/// # Errors
/// What of the secret cannot be used; never the secret itself.
pub fn code(secret: &str) -> Result<String, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| "the clock stands before 1970".to_owned())?;
    code_at(secret, now.as_secs())
}

fn code_at(secret: &str, seconds: u64) -> Result<String, String> {
    let given = Given::read(secret.trim())?;
    if given.secret.is_empty() {
        return Err("it holds no secret of one-time codes".to_owned());
    }
    let key = Secret::try_from_base32(given.secret).map_err(|_| {
        "it is not the secret of one-time codes: that has letters and the digits 2 to 7, or begins with `otpauth://`"
    })?;
    // Secrets of ten bytes are common, though the RFC asks for sixteen.
    let totp = Builder::new()
        .with_secret(key)
        .with_algorithm(given.algorithm)
        .with_digits(given.digits)
        .with_step_duration(given.period)
        .build_noncompliant();
    Ok(totp.generate(seconds).to_string())
}

/// What is given of a generator.
struct Given {
    secret: String,
    algorithm: Algorithm,
    digits: u8,
    period: u64,
}

impl Given {
    fn read(text: &str) -> Result<Self, String> {
        let mut given = Given { secret: String::new(), algorithm: Algorithm::SHA1, digits: 6, period: 30 };
        if !text.starts_with("otpauth:") {
            given.secret = plain(text);
            return Ok(given);
        }
        let url = Url::parse(text).map_err(|error| format!("its `otpauth:` address cannot be read: {error}"))?;
        if url.host_str() != Some("totp") {
            return Err("its `otpauth:` address is not of the kind `totp`".to_owned());
        }
        let wrong = |key: &str| format!("`{key}` of its `otpauth:` address cannot be used");
        for (key, value) in url.query_pairs() {
            match &*key {
                "secret" => given.secret = plain(&value),
                "algorithm" => {
                    given.algorithm = match value.to_uppercase().as_str() {
                        "SHA1" => Algorithm::SHA1,
                        "SHA256" => Algorithm::SHA256,
                        "SHA512" => Algorithm::SHA512,
                        _ => return Err(wrong("algorithm")),
                    };
                }
                "digits" => {
                    let digits = value.parse().ok().filter(|digits| (6..=8).contains(digits));
                    given.digits = digits.ok_or_else(|| wrong("digits"))?;
                }
                "period" => {
                    let period = value.parse().ok().filter(|period| (1..=3600).contains(period));
                    given.period = period.ok_or_else(|| wrong("period"))?;
                }
                _ => {}
            }
        }
        Ok(given)
    }
}

/// Without the groups and the padding by which it is written for people.
fn plain(secret: &str) -> String {
    secret.chars().filter(|letter| !matches!(letter, ' ' | '-' | '=')).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `12345678901234567890`, the secret of the RFC's test vectors.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_vectors_of_the_rfc() {
        let eight = format!("otpauth://totp/Portal:anna?secret={RFC}&digits=8&issuer=Portal");
        for (seconds, code) in [(59, "94287082"), (1_111_111_109, "07081804"), (20_000_000_000, "65353130")] {
            assert_eq!(code_at(&eight, seconds).as_deref(), Ok(code));
        }
        assert_eq!(code_at(RFC, 59).as_deref(), Ok("287082"));
        let sha256 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";
        let sha256 = format!("otpauth://totp/x?secret={sha256}&digits=8&algorithm=SHA256");
        assert_eq!(code_at(&sha256, 59).as_deref(), Ok("46119246"));
    }

    #[test]
    fn secrets_as_people_write_them() {
        assert_eq!(code_at("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq ", 59).as_deref(), Ok("287082"));
        assert!(code_at("JBSWY3DPEHPK3PXP", 59).is_ok(), "ten bytes are usual");
    }

    #[test]
    fn what_cannot_be_used_is_said_without_the_secret() {
        for wrong in [
            "018",
            "",
            "otpauth://hotp/x?secret=GEZD",
            "otpauth://totp/x",
            "otpauth://totp/x?secret=GEZD&digits=10",
            "otpauth://[",
        ] {
            let said = code_at(wrong, 59);
            assert!(said.is_err(), "{wrong}: {said:?}");
            assert!(!said.unwrap_err().contains("GEZD"));
        }
        let none = code_at("otpauth://totp/x?secret=GEZD&period=0", 59).unwrap_err();
        assert_eq!(none, "`period` of its `otpauth:` address cannot be used");
    }
}
