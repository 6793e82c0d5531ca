//! Addresses that Cloudflare hides: `[email protected]` with the real address in `data-cfemail`.
//!
//! The page switches between the hidden and the plain form as Cloudflare's setting or the cache goes, which
//! would look like a changed contact. The hiding is a XOR with the first byte, in hexadecimal.

/// Path of the links that Cloudflare puts in place of `mailto:`.
pub(crate) const PROTECTED_PATH: &str = "/cdn-cgi/l/email-protection";

/// The address behind `data-cfemail` or the fragment of a protected link, if it decodes to one.
pub(crate) fn reveal(hex: &str) -> Option<String> {
    if hex.len() < 6 || hex.len() > 1_000 || !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    let key = byte(0)?;
    let plain: Option<Vec<u8>> = (2..hex.len())
        .step_by(2)
        .map(|at| Some(byte(at)? ^ key))
        .collect();
    let address = String::from_utf8(plain?).ok()?;
    (address.contains('@') && !address.chars().any(char::is_control)).then_some(address)
}
