// The board, its link and its storage, as the platform has them.
#pragma once

#include "../platform/platform.h"

#if defined(PLATFORM_MBED)
#include "../platform/mbed/thread_board.h"
#else
#include "loop_board.h"
#endif

namespace gripforce {

#if defined(PLATFORM_MBED)
typedef ThreadBoard ThisBoard;
#else
typedef LoopBoard ThisBoard;
#endif

}  // namespace gripforce
