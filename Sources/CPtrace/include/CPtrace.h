#pragma once
#include "CAttach.h"
#include "CSandbox.h"
#include "CSocket.h"
#include "CTracer.h"
