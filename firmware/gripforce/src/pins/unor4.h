// Arduino Uno R4 Minima (Renesas RA4M1): 5 V pins, so an ADS131M04 needs level shifters.
//
// Only D0 to D3, D8, D12, D13 and A1 to A5 can interrupt, and some share a line (D0 and A1, D1 and A4).
#pragma once

#define PLATFORM_RENESAS
#ifndef BOARD_LABEL
#define BOARD_LABEL "unor4"
#endif

#ifdef FRONTEND_HX711
#define PIN_HX711_DOUT_1 2
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 8
#define PIN_HX711_DOUT_4 12
#define PIN_HX711_SCK_1 4
#define PIN_HX711_SCK_2 5
#define PIN_HX711_SCK_3 6
#define PIN_HX711_SCK_4 7
#define PIN_TRIGGER A1
#define PIN_TTL_OUT 11
#define PIN_STATUS_LED 9
#define PIN_IMU_INT1 13
#else
#define PIN_ADC_CS 10  // SCK D13, MISO D12 and MOSI D11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#define PIN_TRIGGER 3
#define PIN_TTL_OUT 4
#define PIN_STATUS_LED 5
#define PIN_IMU_INT1 8
#endif

// I2C of the motion sensor is SDA A4, SCL A5.

#include "r4_ring.h"
