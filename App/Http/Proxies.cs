using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Downbeat.Http;

/// <summary>Settings section <c>Http</c>.</summary>
internal sealed record ProxyOptions : IValidatableObject
{
    /// <summary>Addresses and networks of the proxies in front of the studio, such as <c>10.0.0.0/8</c>: what they say about who asks is believed. Nobody else's word counts.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Proxies.Where(text => NetworkOf(text) is null).Select(text => new ValidationResult($"Http:Proxies must name addresses or networks such as 10.0.0.0/8; {text} is none."));

    internal static IPNetwork? NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

/// <summary>Believes the proxies that the operator named about where a request comes from.</summary>
internal static class Proxies
{
    /// <summary>Registers them.</summary>
    public static void AddProxies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection("Http")).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ForwardedHeadersOptions>().Configure((ForwardedHeadersOptions forwarded, IOptions<ProxyOptions> options) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

            // As many as stand there, as long as each is known.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.Value.Proxies.Select(ProxyOptions.NetworkOf).OfType<IPNetwork>())
            {
                forwarded.KnownIPNetworks.Add(network);
            }
        });
    }

    /// <summary>Puts them before everything that asks for an address; nothing happens when there are none.</summary>
    public static void UseProxies(this WebApplication app)
    {
        // With no proxy known the library would believe everybody.
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Proxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }
    }
}
