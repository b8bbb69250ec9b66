// ESP32 development boards (ESP32-DevKitC and its copies), with Espressif's core. All pins are of 3.3 V.
#pragma once

#define PLATFORM_ESP32
#ifndef BOARD_LABEL
#define BOARD_LABEL "esp32"
#endif

// Numbers are those of the chip: IO4 is 4. Free of what the chip reads at its start (0, 2, 5, 12, 15).
#ifdef FRONTEND_HX711
#define PIN_HX711_DOUT_1 16
#define PIN_HX711_DOUT_2 17
#define PIN_HX711_DOUT_3 18
#define PIN_HX711_DOUT_4 19
#define PIN_HX711_SCK_1 25
#define PIN_HX711_SCK_2 26
#define PIN_HX711_SCK_3 27
#define PIN_HX711_SCK_4 14
#else
#define PIN_ADC_CS 16  // SCK IO18, MISO IO19 and MOSI IO23 are the SPI's own
#define PIN_ADC_DRDY 17
#define PIN_ADC_RESET 25
#endif
#define PIN_TRIGGER 33
#define PIN_TTL_OUT 32
#define PIN_STATUS_LED 13

// A module of the LSM6DS family on I2C (SDA IO21, SCL IO22).
#define PIN_IMU_INT1 4

// The radio leaves some 120 kB to the sketch's variables.
#ifdef FRONTEND_HX711
#define HX711_SUPPLY_MV 3300
#define BLOCK_SAMPLES 8
#define FORCE_BLOCKS 340  // 8.2 s of four cells: 14 kB
#else
#define BLOCK_SAMPLES 16
#define FORCE_BLOCKS 255  // 4.0 s at 1 kHz: 53 kB
#endif
#ifdef HAS_IMU
#define IMU_BLOCK_SAMPLES 16
#define RING_BLOCKS (FORCE_BLOCKS + 56)
#else
#define RING_BLOCKS FORCE_BLOCKS
#endif
