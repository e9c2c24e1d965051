#pragma once
#include "CAlter.h"
#include "CAttach.h"
#include "CPath.h"
#include "CSandbox.h"
#include "CSocket.h"
#include "CTracer.h"
