// The ring of an Uno R4, whose processor has 32 kB of memory: 13 kB of it.
#pragma once

#ifdef FRONTEND_HX711
#define BLOCK_SAMPLES 8
#define FORCE_BLOCKS 150  // 3.6 s of four cells
#else
#define BLOCK_SAMPLES 16
#define FORCE_BLOCKS 60  // 0.9 s at 1 kHz
#endif
#ifdef HAS_IMU
#define IMU_BLOCK_SAMPLES 16
#define RING_BLOCKS (FORCE_BLOCKS + 8)
#else
#define RING_BLOCKS FORCE_BLOCKS
#endif
