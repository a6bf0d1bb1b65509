# Not yet reviewed by a native reader.

instance-channel-unavailable = Otro programa ocupa el camino hacia el Doorkey que está en marcha y no responde. El enlace no se entregó y nada de él se guardó. Empiece de nuevo y elija volver sin enlace.
