// Arduino Uno and Nano (ATmega328P): 5 V pins, so an ADS131M04 needs level shifters.
#pragma once

#define PLATFORM_AVR
#ifndef BOARD_LABEL
#define BOARD_LABEL "uno"
#endif

#ifdef FRONTEND_HX711
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
#else
#define PIN_ADC_CS 10  // SCK D13, MISO D12 and MOSI D11 are the SPI's own
#define PIN_ADC_DRDY 2
#define PIN_ADC_RESET 9
#define PIN_TRIGGER 3
#define PIN_TTL_OUT 4
#define PIN_STATUS_LED 5
#endif

// I2C is SDA A4, SCL A5.
#ifndef PIN_IMU_INT1
#define PIN_IMU_INT1 A0  // of A0 to A3: the third pin-change interrupt
#endif

// The ring: `make size` shows what is left of the memory.
#ifdef FRONTEND_HX711
#define BLOCK_SAMPLES 8
#ifdef HAS_IMU
#define IMU_BLOCK_SAMPLES 3
#define RING_BLOCKS 9
#else
#define RING_BLOCKS 16  // 0.3 s of four cells
#endif
#else
#ifdef HAS_IMU
#define BLOCK_SAMPLES 9  // shorter blocks, so that there are enough of them for two streams
#define IMU_BLOCK_SAMPLES 9
#define RING_BLOCKS 5
#else
#define BLOCK_SAMPLES 16
#define RING_BLOCKS 4  // 64 ms at 1 kHz; a fifth would leave less than 500 bytes of RAM
#endif
#endif
