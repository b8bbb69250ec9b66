// A radio and a USB port made of pipes: whoever runs this program is both, and its clock.
//
// A record is `u8 kind, u16 size, bytes`, little-endian.
//   in:  'T' u64 microseconds, live until then and answer 'D'; 'W' bytes, the host wrote; 'S' u16,
//        it subscribed, with this MTU; 'U', it is gone; 'C', a notification has gone out; 'O' u8,
//        the USB port was opened or closed; 'B' bytes, written to it; 'V' u16, the cell's
//        millivolts; 'P', nobody reads the USB port any longer; 'H' u16, the loop hangs for
//        so many milliseconds
//   out: 'N' bytes, a notification; 'B' bytes, over USB; 'L' u8, the battery's level; 'D', done; 'R' u8, a reset, and
//        what GPREGRET2 holds
#pragma once

#include <stdint.h>

namespace radio {

// Waits for the next 'T' and tells it; false at the end of the input.
bool next_time(uint64_t* until_us);
void done();

}  // namespace radio
