namespace Downbeat.Features.Demo;

/// <summary>The door to the demo.</summary>
internal static class DemoFeature
{
    /// <summary>Registers the demo's studio.</summary>
    public static void AddDemo(this IServiceCollection services) => services.AddSingleton<DemoStudio>();
}
