//! The one place where a panic is caught.
//!
//! Readers and unpackers hand hostile bytes to code that others wrote, and such has panicked before. A
//! panic inside [`catch`] becomes an error that names it; a panic anywhere else is a fault of ours
//! and must end the daemon. The daemon's panic hook tells the two apart by [`is_guarded`].
//!
//! Never catches a stack overflow (depth is capped before parsing) or an abort.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `f`; a panic inside becomes `Err` with its message.
///
/// Nothing that `f` borrowed mutably may be used after an `Err`: callers hand in owned parsers.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(f));
    DEPTH.set(DEPTH.get() - 1);
    result.map_err(|payload| {
        payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Is this thread inside [`catch`]? Asked by the daemon's panic hook.
pub fn is_guarded() -> bool {
    DEPTH.get() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_mark_is_taken_off() {
        assert!(!is_guarded());
        let caught: Result<(), String> = catch(|| {
            assert!(is_guarded());
            panic!("odd {}", "bytes");
        });
        assert_eq!(caught, Err("odd bytes".to_owned()));
        assert!(!is_guarded());
        assert_eq!(catch(|| catch(is_guarded)), Ok(Ok(true)));
    }
}
