#pragma once
#include "CSandbox.h"
#include "CSocket.h"
#include "CTracer.h"
