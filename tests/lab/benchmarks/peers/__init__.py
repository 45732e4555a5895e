"""The engines that are measured in one run, each in a module; `engines` names them all."""
