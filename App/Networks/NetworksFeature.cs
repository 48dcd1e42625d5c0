namespace Downbeat.Networks;

/// <summary>The door to neural networks. Which ones there are, the rooms say that use them.</summary>
internal static class NetworksFeature
{
    /// <summary>Registers the shelf. Settings section <c>Models</c>.</summary>
    public static void AddNetworks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ModelOptions>().Bind(configuration.GetSection("Models"))
            .Validate(models => models.Directory.Length > 0, "Models:Directory must name a folder; leave it out to use the folder models in the data directory.").ValidateOnStart();
        services.AddSingleton<ModelShelf>();
        services.AddHostedService<ShelfKeeper>();
        services.AddHealthChecks().AddCheck<ModelHealth>("models");
    }

    /// <summary>Makes networks known.</summary>
    public static void AddKnown(this IServiceCollection services, params IEnumerable<Network> networks)
    {
        foreach (var network in networks)
        {
            services.AddSingleton(network);
        }
    }
}
