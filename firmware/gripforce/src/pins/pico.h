// Raspberry Pi Pico (RP2040), with Earle Philhower's core. All its pins are of 3.3 V.
#pragma once

#ifndef PLATFORM_BARE  // without a core of Arduino: ../../rp2040/
#define PLATFORM_RP2040
#endif
#ifndef BOARD_LABEL
#define BOARD_LABEL "pico"
#endif

// Numbers are those of the chip: GP2 is 2.
#ifdef FRONTEND_HX711
#define PIN_HX711_DOUT_1 2
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 6
#define PIN_HX711_DOUT_4 7
#define PIN_HX711_SCK_1 8
#define PIN_HX711_SCK_2 9
#define PIN_HX711_SCK_3 10
#define PIN_HX711_SCK_4 11
#else
#define PIN_ADC_CS 17  // SCK GP18, MISO GP16 and MOSI GP19 are the SPI's own
#define PIN_ADC_DRDY 20
#define PIN_ADC_RESET 21
#endif
#define PIN_TRIGGER 14
#define PIN_TTL_OUT 15
#define PIN_STATUS_LED 25

// A module of the LSM6DS family on I2C (SDA GP4, SCL GP5).
#define PIN_IMU_INT1 22

#include "eight_seconds.h"
