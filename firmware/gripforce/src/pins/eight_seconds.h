// The ring of a board with 256 kB of memory or more, whose pins are of 3.3 V.
#pragma once

// Eight seconds, which outlast a drop-out of the radio.
#ifdef FRONTEND_HX711
#define HX711_SUPPLY_MV 3300
#define BLOCK_SAMPLES 8
#define FORCE_BLOCKS 340  // 8.2 s of four cells: 14 kB
#else
#define BLOCK_SAMPLES 16
#define FORCE_BLOCKS 510  // 8.0 s at 1 kHz: 107 kB
#endif
#ifdef HAS_IMU
#define IMU_BLOCK_SAMPLES 16
#define RING_BLOCKS (FORCE_BLOCKS + 128)  // 8.5 s of motion at 238 Hz: 133 kB in all
#else
#define RING_BLOCKS FORCE_BLOCKS
#endif
