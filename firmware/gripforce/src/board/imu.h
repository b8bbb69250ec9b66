// MPU-6050: acceleration and rotation, 200 Hz, as a stream of its own.
#pragma once
