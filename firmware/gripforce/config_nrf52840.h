// What a builder may change on a board with an nRF52840: the pins, and the ring that outlasts a
// drop-out. All its pins are of 3.3 V: no level shifters, and HX711 modules are fed with 3.3 V.
#pragma once

#if defined(BOARD_NANO33BLE)

#ifndef BOARD_NAME
#define BOARD_NAME "nano33ble"
#endif
#define PIN_ADC_CS 10  // SCK D13, MISO D12 and MOSI D11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#define PIN_HX711_DOUT_1 2
#define PIN_HX711_DOUT_2 3
#define PIN_HX711_DOUT_3 4
#define PIN_HX711_DOUT_4 5
#define PIN_HX711_SCK_1 6
#define PIN_HX711_SCK_2 7
#define PIN_HX711_SCK_3 8
#define PIN_HX711_SCK_4 9
#ifdef FRONTEND_HX711
#define PIN_TRIGGER 10
#define PIN_TTL_OUT 11
#else
#define PIN_TRIGGER 3
#define PIN_TTL_OUT 4
#endif
// Two equal resistors (100 k) can bring half of the battery's voltage to A0: then define
// BATTERY_AT_A0. Without them the pin floats, and nothing is read from it.
#ifdef BATTERY_AT_A0
#define PIN_BATTERY A0
#define BATTERY_FULL_SCALE_MV 6600  // 3.3 V at the pin
#endif

#else  // BOARD_XIAO: Seeed XIAO nRF52840 or XIAO nRF52840 Sense, with Seeed's mbed core

// Its pins are named, not numbered: Seeed's core moved D6 to D10 in 2023, when the battery's pin
// became number 6.
#ifndef BOARD_NAME
#define BOARD_NAME "xiao"
#endif
#define PIN_ADC_CS D2  // SCK D8, MISO D9 and MOSI D10 are the SPI's own
#define PIN_ADC_DRDY D1
#define PIN_ADC_RESET D3
#define PIN_HX711_DOUT_1 D0
#define PIN_HX711_DOUT_2 D1
#define PIN_HX711_DOUT_3 D2
#define PIN_HX711_DOUT_4 D3
#define PIN_HX711_SCK_1 D6
#define PIN_HX711_SCK_2 D7
#define PIN_HX711_SCK_3 D8
#define PIN_HX711_SCK_4 D9
#ifdef FRONTEND_HX711
#define PIN_TRIGGER D10
#define PIN_TTL_OUT D4
#else
#define PIN_TRIGGER D0
#define PIN_TTL_OUT D6
#endif
// The motion sensor of a XIAO nRF52840 Sense, on a bus of its own. For it, `#define IMU_LSM6DS` in config.h.
#define IMU_WIRE Wire1
#define PIN_IMU_POWER PIN_LSM6DS3TR_C_POWER
#define PIN_IMU_INT1 PIN_LSM6DS3TR_C_INT1
// The board's own divider, 1 M over 510 k. It must stay on: off, the pin sees the whole cell.
#define PIN_BATTERY PIN_VBAT
#define PIN_BATTERY_ON PIN_VBAT_ENABLE
#define BATTERY_FULL_SCALE_MV 9771  // 3.3 V at the pin

#endif

#define PIN_STATUS_LED LEDG
#define STATUS_LED_LIT 0  // the level at which it is lit

#ifdef FRONTEND_HX711
#define HX711_CELLS 4
#define HX711_RATE_HZ 80
#define HX711_SUPPLY_MV 3300
#define BLOCK_SAMPLES 8
#define FORCE_BLOCKS 340  // 8.2 s of four cells: 14 of 256 kB
#else
#define ADC_RATE_HZ 1000
#define ADC_GAIN_GRIP_THUMB 128
#define ADC_GAIN_GRIP_INDEX 128
#define ADC_GAIN_LOAD_THUMB 128
#define ADC_GAIN_LOAD_INDEX 128
#define ADC_CLOCK_HZ 8192000
#define BLOCK_SAMPLES 16
#define FORCE_BLOCKS 510  // 8.0 s at 1 kHz: 107 of 256 kB
#endif
#ifdef IMU_LSM6DS
#define IMU_BLOCK_SAMPLES 16
#define RING_BLOCKS (FORCE_BLOCKS + 112)  // 8.5 s of motion: 130 kB in all
#else
#define RING_BLOCKS FORCE_BLOCKS
#endif
