//! Bytes to text, and dates as people write them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::text(data);
});
