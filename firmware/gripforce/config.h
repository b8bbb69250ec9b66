// Every number that a builder may change but the pins: those of each board stand in src/pins/.
#pragma once

// --- Which converter? Leave one line. (`make avr FRONTEND=...` chooses on its own.)
#if !defined(FRONTEND_HX711) && !defined(FRONTEND_ADS131M04)
#define FRONTEND_HX711
// #define FRONTEND_ADS131M04
#endif

// --- A motion sensor? Its board's pin table says which ones it has. It takes its memory from the
// ring. (`make avr IMU=lsm6ds` chooses on its own.)
// #define IMU_LSM6DS
// #define IMU_LSM9DS1
// #define IMU_BMI270
#if defined(IMU_LSM6DS) || defined(IMU_LSM9DS1) || defined(IMU_BMI270)
#define HAS_IMU
#endif

// --- The board is the one that is chosen in the IDE's menu.
#include "src/pins/pins.h"

// --- What the object can bear, in tenths of a newton; 0: not stated. The host does not offer what asks
// for more, and warns. Grip: as hardware/ declares it. Load: cells of 2 kg, safe to 1.5 times that.
#ifndef GRIP_CAPACITY_DN
#define GRIP_CAPACITY_DN 600
#endif
#ifndef LOAD_CAPACITY_DN
#define LOAD_CAPACITY_DN 294
#endif

// --- The link of a board without USB of its own. 1 000 000 and 500 000 baud divide 16 MHz without a rest.
#ifndef LINK_BAUD
#define LINK_BAUD 1000000
#endif

// --- Restart after a second (other boards than an Uno: four) without a sign of life. A Nano with the
// old bootloader (57 600 baud) does not survive a watchdog's reset: it restarts for ever. Say 0 there,
// or burn the new bootloader.
#ifndef WATCHDOG
#define WATCHDOG 1
#endif

// --- The motion sensor's address: 0x6B where a module ties SA0 high.
#ifndef IMU_ADDRESS
#define IMU_ADDRESS 0x6A
#endif

#if defined(FRONTEND_HX711)

#define HX711_CELLS 4  // 1 to 4; channels in this order: grip thumb, grip index, load thumb, load index
#ifndef HX711_RATE_HZ
#define HX711_RATE_HZ 80  // as the RATE pin of the modules is wired: 10 or 80
#endif

#elif defined(FRONTEND_ADS131M04)

#define ADC_RATE_HZ 1000  // 250, 500, 1000, 2000 or 4000; the host may set another
#define ADC_GAIN_GRIP_THUMB 128  // 1 to 128 in powers of two: full scale is 1.2 V / gain
#define ADC_GAIN_GRIP_INDEX 128
#define ADC_GAIN_LOAD_THUMB 128
#define ADC_GAIN_LOAD_INDEX 128
#define ADC_CLOCK_HZ 8192000  // the oscillator on the converter's board

#endif
