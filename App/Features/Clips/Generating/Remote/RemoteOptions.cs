using System.ComponentModel.DataAnnotations;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>Settings section <c>RemoteGenerator</c>: a service that makes films from words, where predictions are created, asked after, and fetched.</summary>
internal sealed record RemoteOptions : IValidatableObject
{
    /// <summary>Where predictions are created, such as <c>https://api.example.com/v1/predictions</c>; without it there is no remote generator.</summary>
    public string? Address { get; init; }

    /// <summary>Token that the service wants, sent as <c>Authorization: Bearer</c>.</summary>
    public string? Token { get; init; }

    /// <summary>The model to use, sent as <c>model</c>, or as <c>version</c> when it is one.</summary>
    public string? Model { get; init; }

    /// <summary>What people read.</summary>
    public string Title { get; init; } = "Remote model";

    /// <summary>More that the model is told, beside <c>prompt</c>, <c>seed</c>, <c>duration</c> and <c>aspect_ratio</c>; what stands here counts more.</summary>
    public IReadOnlyDictionary<string, string> Input { get; init; } = new Dictionary<string, string>();

    /// <summary>Lengths in seconds that the model can make; the shortest that is long enough is asked for. Empty: any.</summary>
    public IReadOnlyList<int> Seconds { get; init; } = [];

    /// <summary>Most seconds that are asked for where the model can make any length; what is paid for a clip is meant for no more.</summary>
    [Range(1, 600, ErrorMessage = "RemoteGenerator:MaxSeconds must be a number from 1 to 600.")]
    public int MaxSeconds { get; init; } = 10;

    /// <summary>Clips that are made at the same time on this instance.</summary>
    [Range(1, 8, ErrorMessage = "RemoteGenerator:Concurrency must be a number from 1 to 8.")]
    public int Concurrency { get; init; } = 4;

    /// <summary>What one clip costs, in the currency of the limits.</summary>
    [Range(0, 1_000_000, ErrorMessage = "RemoteGenerator:CostPerClip must be a number from 0 to 1000000.")]
    public decimal CostPerClip { get; init; }

    /// <summary>Most that one person may spend in a day (UTC); null for no limit.</summary>
    [Range(0, 1_000_000, ErrorMessage = "RemoteGenerator:MaxCostPerPersonAndDay must be a number from 0 to 1000000.")]
    public decimal? MaxCostPerPersonAndDay { get; init; }

    /// <summary>Most that all together may spend in a day (UTC); null for no limit.</summary>
    [Range(0, 1_000_000, ErrorMessage = "RemoteGenerator:MaxCostPerDay must be a number from 0 to 1000000.")]
    public decimal? MaxCostPerDay { get; init; }

    /// <summary>How often a prediction is asked after; with webhooks ten times less often.</summary>
    [Range(typeof(TimeSpan), "00:00:00.0100000", "00:05:00", ErrorMessage = "RemoteGenerator:PollInterval must lie between 00:00:00.01 and 00:05:00.")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest wait for a clip.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "1.00:00:00", ErrorMessage = "RemoteGenerator:Timeout must lie between 00:00:00.1 and 1.00:00:00.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest wait for one answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "00:10:00", ErrorMessage = "RemoteGenerator:AnswerTimeout must lie between 00:00:00.1 and 00:10:00.")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the service reaches this studio, such as <c>https://studio.example.com</c>; with it and <see cref="WebhookSecret"/> the service tells when a clip is ready.</summary>
    public string? StudioAddress { get; init; }

    /// <summary>What the service signs its messages with, by the Standard Webhooks scheme: <c>whsec_</c> and base64.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Whether there is a service.</summary>
    public bool IsConfigured => Address is { Length: > 0 };

    /// <summary>Whether the service tells by itself when it is done.</summary>
    public bool HasWebhook => StudioAddress is { Length: > 0 } && WebhookSecret is { Length: > 0 };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, address) in ((string, string?)[])[(nameof(Address), Address), (nameof(StudioAddress), StudioAddress)])
        {
            if (address is { Length: > 0 } && (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
            {
                yield return new($"RemoteGenerator:{name} must be a whole address, beginning with https:// or http://.");
            }
        }

        if (IsConfigured && Model is not { Length: > 0 })
        {
            yield return new("RemoteGenerator:Model must name the model to use.");
        }

        if (WebhookSecret is { Length: > 0 } && WebhookSignature.KeyOf(WebhookSecret) is null)
        {
            yield return new("RemoteGenerator:WebhookSecret must be whsec_ and base64 of at least 16 bytes.");
        }
    }
}
