#pragma once
#include "CAttach.h"
#include "CPath.h"
#include "CSandbox.h"
#include "CSocket.h"
#include "CTracer.h"
