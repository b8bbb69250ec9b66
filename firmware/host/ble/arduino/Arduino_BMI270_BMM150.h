// Arduino's library for the sensors of a Nano 33 BLE Rev2: of what is in it, the sketch takes the program of
// the BMI270 alone, which host/ble/bmi270.cpp stands in for.
#pragma once
