from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "fuzz",
    max_examples=420,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
