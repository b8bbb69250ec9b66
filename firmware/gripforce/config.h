// Every number that a builder may change: the converter, its pins, rates and gains.
#pragma once

// --- Which board? Leave one line; the menu of the IDE must say the same.
#if !defined(BOARD_AVR) && !defined(BOARD_NANO33BLE) && !defined(BOARD_XIAO)
#define BOARD_AVR  // Uno, Nano
// #define BOARD_NANO33BLE
// #define BOARD_XIAO
#endif

// --- Which converter? Leave one line. (`make avr FRONTEND=...` chooses on its own.)
#if !defined(FRONTEND_HX711) && !defined(FRONTEND_ADS131M04)
#define FRONTEND_HX711
// #define FRONTEND_ADS131M04
#endif

#if defined(ARDUINO) && defined(__AVR__) != defined(BOARD_AVR)
#error "config.h names another board than the one that this is built for"
#endif
#ifndef BOARD_AVR
#include "config_nrf52840.h"
#endif

// --- The board's name, as the host shows it.
#ifndef BOARD_NAME
#define BOARD_NAME "uno"
#endif

// --- What the object can bear, in tenths of a newton; 0: not stated. The host does not offer what asks
// for more, and warns. Grip: as hardware/ declares it. Load: cells of 2 kg, safe to 1.5 times that.
#ifndef GRIP_CAPACITY_DN
#define GRIP_CAPACITY_DN 600
#endif
#ifndef LOAD_CAPACITY_DN
#define LOAD_CAPACITY_DN 294
#endif

// --- The link. 1 000 000 and 500 000 baud divide 16 MHz without a rest.
#ifndef LINK_BAUD
#define LINK_BAUD 1000000
#endif

// --- Restart after a second without a sign of life. A Nano with the old bootloader (57 600 baud) does
// not survive a watchdog's reset: it restarts for ever. Say 0 there, or burn the new bootloader.
#ifndef WATCHDOG
#define WATCHDOG 1
#endif

// --- A motion sensor of the LSM6DS family on I2C (SDA A4, SCL A5), its INT1 dating the samples. It takes
// its memory from the ring. (`make avr IMU=lsm6ds` chooses on its own.)
// #define IMU_LSM6DS
#define IMU_ADDRESS 0x6A  // 0x6B where the module ties SA0 high
#ifndef PIN_IMU_INT1
#define PIN_IMU_INT1 A0  // of A0 to A3: the third pin-change interrupt
#endif

#if !defined(BOARD_AVR)

// Everything else of theirs stands in config_nrf52840.h.

#elif defined(FRONTEND_HX711)

#define HX711_CELLS 4  // 1 to 4; channels in this order: grip thumb, grip index, load thumb, load index
#ifndef HX711_RATE_HZ
#define HX711_RATE_HZ 80  // as the RATE pin of the modules is wired: 10 or 80
#endif
#define PIN_HX711_DOUT_1 2  // DOUT must be of D0 to D7: one pin-change interrupt serves them all
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 4
#define PIN_HX711_DOUT_4 5
#define PIN_HX711_SCK_1 6  // a clock line for each: free-running chips must be read one by one
#define PIN_HX711_SCK_2 7
#define PIN_HX711_SCK_3 8
#define PIN_HX711_SCK_4 9
#define PIN_TRIGGER 10  // of D8 to D13: the other pin-change interrupt
#define PIN_TTL_OUT 11
#define PIN_STATUS_LED 12
#define BLOCK_SAMPLES 8
#ifdef IMU_LSM6DS
#define IMU_BLOCK_SAMPLES 3
#define RING_BLOCKS 9
#else
#define RING_BLOCKS 16  // 0.3 s of four cells; `make size` shows what is left
#endif

#elif defined(FRONTEND_ADS131M04)

#define ADC_RATE_HZ 1000  // 250, 500, 1000, 2000 or 4000; the host may set another
#define ADC_GAIN_GRIP_THUMB 128  // 1 to 128 in powers of two: full scale is 1.2 V / gain
#define ADC_GAIN_GRIP_INDEX 128
#define ADC_GAIN_LOAD_THUMB 128
#define ADC_GAIN_LOAD_INDEX 128
#define ADC_CLOCK_HZ 8192000  // the oscillator on the converter's board
#define PIN_ADC_CS 10  // SCK D13, MISO D12 and MOSI D11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#define PIN_TRIGGER 3
#define PIN_TTL_OUT 4
#define PIN_STATUS_LED 5
#ifdef IMU_LSM6DS
#define BLOCK_SAMPLES 9  // shorter blocks, so that there are enough of them for two streams
#define IMU_BLOCK_SAMPLES 9
#define RING_BLOCKS 5
#else
#define BLOCK_SAMPLES 16
#define RING_BLOCKS 4  // 64 ms at 1 kHz; a fifth would leave less than 500 bytes of RAM
#endif

#endif
