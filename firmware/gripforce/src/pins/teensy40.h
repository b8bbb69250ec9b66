// Teensy 4.0 (i.MX RT1062), with PJRC's core. Its pins are of 3.3 V and bear no 5 V.
#pragma once

#define PLATFORM_TEENSY
#ifndef BOARD_LABEL
#define BOARD_LABEL "teensy40"
#endif

#ifdef FRONTEND_HX711
#define PIN_HX711_DOUT_1 2
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 4
#define PIN_HX711_DOUT_4 5
#define PIN_HX711_SCK_1 6
#define PIN_HX711_SCK_2 7
#define PIN_HX711_SCK_3 8
#define PIN_HX711_SCK_4 9
#else
#define PIN_ADC_CS 10  // SCK 13, MISO 12 and MOSI 11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#endif
#define PIN_TRIGGER 14
#define PIN_TTL_OUT 15
#define PIN_STATUS_LED 20  // the LED of the board is on SCK

// A module of the LSM6DS family on I2C (SDA 18, SCL 19).
#define PIN_IMU_INT1 16

#include "eight_seconds.h"
