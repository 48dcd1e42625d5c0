using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Downbeat.Features.Clips.Fetching;

/// <summary>Settings section <c>Import</c>.</summary>
internal sealed record FetchOptions : IValidatableObject
{
    /// <summary>Networks that are not of the open internet and may be fetched from all the same, such as <c>192.168.1.0/24</c> for a store in the house.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Longest wait for a connection.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0100000", "1.00:00:00", ErrorMessage = "Import:ConnectTimeout must lie between 00:00:00.01 and 1.00:00:00.")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest silence of a server.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0100000", "1.00:00:00", ErrorMessage = "Import:StallTimeout must lie between 00:00:00.01 and 1.00:00:00.")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for one file.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0100000", "1.00:00:00", ErrorMessage = "Import:MostTime must lie between 00:00:00.01 and 1.00:00:00.")]
    public TimeSpan MostTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Connections to one server at the same time.</summary>
    [Range(1, 64, ErrorMessage = "Import:MostConnections must be a number from 1 to 64.")]
    public int MostConnections { get; init; } = 8;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AllowedNetworks.Where(text => !IPNetwork.TryParse(text, out _)).Select(text => new ValidationResult($"Import:AllowedNetworks must name networks such as 192.168.1.0/24; {text} is none."));
}
