// Arduino's headers, before our own code and without the warnings that only ours are held against.
// (As system headers avr-gcc 5.4 would take them for C.)
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Arduino.h>
#ifdef FRONTEND_ADS131M04
#include <SPI.h>
#endif
#pragma GCC diagnostic pop
