// The calls of Arduino's core that the BLE link makes; the time is whatever the host program says.
#pragma once

#include <stdint.h>

uint32_t micros();
