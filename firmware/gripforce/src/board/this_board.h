// The board, its link and its storage, as the compiler's target has them.
#pragma once

#if defined(__AVR__)

#include "avr_board.h"
#include "serial_link.h"
#include "storage.h"
#include "supervisor.h"

namespace gripforce {
typedef AvrBoard ThisBoard;
typedef SerialLink ThisLink;
typedef Eeprom ThisStorage;
}  // namespace gripforce

#else

#include "flash_log.h"
#include "nrf_board.h"
#include "nrf_supervisor.h"
#include "two_links.h"

namespace gripforce {
typedef NrfBoard ThisBoard;
typedef TwoLinks ThisLink;
typedef FlashLog ThisStorage;
}  // namespace gripforce

#endif
