using System.Globalization;

namespace PipelineTrigger.Emulator;

internal sealed record ServeOptions(int Port = 0, string? UrlFile = null, int? Parent = null)
{
    public static bool TryParse(ReadOnlySpan<string> args, out ServeOptions options)
    {
        options = new ServeOptions();
        for (; args.Length >= 2; args = args[2..])
        {
            var isNumber = int.TryParse(args[1], CultureInfo.InvariantCulture, out var number);
            switch (args[0])
            {
                case "--port" when isNumber:
                    options = options with { Port = number };
                    break;
                case "--parent" when isNumber:
                    options = options with { Parent = number };
                    break;
                case "--url-file":
                    options = options with { UrlFile = args[1] };
                    break;
                default:
                    return false;
            }
        }
        return args.IsEmpty;
    }
}
