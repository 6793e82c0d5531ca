//! Feeds: charset, cleaning, feed-rs, salvage.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::read("feed", data);
});
