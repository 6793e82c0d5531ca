//! Channels: the first byte chooses the kind, the rest is the body.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tidewatch_fuzz::channel(data);
});
