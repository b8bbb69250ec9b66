// A radio made of pipes: whoever runs this program is the peripheral's radio, and its clock.
//
// A record is `u8 kind, u16 size, bytes`, little-endian. In: 'T' u64 microseconds, live until then
// and answer 'D'; 'W' bytes, the host wrote; 'S' and 'U', it subscribed or is gone; 'C', a
// notification has gone out. Out: 'N' bytes, a notification; 'D', done.
#pragma once

#include <stdint.h>

namespace radio {

constexpr int kBuffers = 8;  // notifications that are taken before the first has gone out

// Waits for the next 'T' and tells it; false at the end of the input.
bool next_time(uint64_t* until_us);
void done();

extern uint64_t now_us;

}  // namespace radio
